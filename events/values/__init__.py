"""Values of many aggregates: severities, inputs, links, plain and personal texts, custom fields."""
