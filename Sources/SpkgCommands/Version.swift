/// What `spkg --version` prints, and stand-ins in adopted distributions name.
let spkgVersion = "0.4"
