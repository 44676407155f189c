"""The register of nodes, levels, namespaces, services and purposes."""
