"""What the portfolio says beyond findings: status, showback, reuse."""
