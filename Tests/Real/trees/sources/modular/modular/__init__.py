version = "10.5"
