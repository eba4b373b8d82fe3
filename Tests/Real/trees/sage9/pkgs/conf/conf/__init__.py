version = "9.6b5"
