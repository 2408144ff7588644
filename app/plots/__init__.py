"""What every plot of the house shares: axes, curves, labels at curve ends, read-out."""
