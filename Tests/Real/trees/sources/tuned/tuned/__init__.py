version = "1.26"
