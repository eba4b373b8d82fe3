version = "2.8"
