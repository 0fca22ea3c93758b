"""The camera lab: a virtual machine with real camera drivers, and the programs that use them."""
