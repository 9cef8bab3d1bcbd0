"""What every engine must do, whichever answers."""
