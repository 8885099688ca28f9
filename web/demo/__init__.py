"""The sample company's shop, which embeds the widget like any other site would."""
