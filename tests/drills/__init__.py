"""What happens when servers break, processes die and commands are interrupted."""
