"""The kit of operators: units, packages, rules of alarm, dashboards."""
