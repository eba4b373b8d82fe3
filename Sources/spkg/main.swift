print("spkg")
