"""What all features of identity share: levels, nodes and subjects as they are now."""
