import SpkgCommands

runSpkg()
