version = "0.37"
