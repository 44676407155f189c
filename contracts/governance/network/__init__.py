"""The network record: nodes, who of them decides, and the changes of seats that wait their turn."""
