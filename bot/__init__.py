"""Everything between a chat app and Rasa, and Rasa's own parts that we wrote ourselves."""
