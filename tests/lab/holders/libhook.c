/* A library for LD_PRELOAD: inside every program that it is put into. */
int lab_hook_is_here = 1;
