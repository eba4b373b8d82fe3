version = "3.0"
