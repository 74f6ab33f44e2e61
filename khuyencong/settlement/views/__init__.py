"""Pages of settlement, vouchers, claims, liquidation and reconciliation."""
