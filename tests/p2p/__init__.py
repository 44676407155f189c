"""Law of the transport: frames, queues, handshakes, sessions."""
