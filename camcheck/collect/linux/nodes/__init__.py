"""What the device nodes of video hardware are: cameras, parts of cameras, or something else."""
