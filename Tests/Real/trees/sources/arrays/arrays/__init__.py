version = "1.21"
