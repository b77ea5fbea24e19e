namespace PaymentGateway.Routing;

/// <summary>Requests and answers of the routing endpoints.</summary>
internal static class RoutingExamples
{
    private const string Document =
        """
          "rules": [
            { "name": "euros to the cheapest", "when": { "methods": ["card"], "currencies": ["EUR"] }, "then": { "cheapest": true } },
            { "name": "large amounts", "when": { "currencies": ["USD"], "amountFrom": 1000 }, "then": { "prefer": ["stripe", "square"] } },
            { "name": "the rest", "when": { "methods": ["card"] }, "then": { "weights": { "stripe": 70, "square": 30 } } }
          ],
          "defaultOrder": ["stripe"], "attemptsMax": 2,
          "health": { "successPercentMin": 80, "latencyMaxSeconds": 10, "callsMin": 20 },
          "fees": [
            { "connector": "stripe", "method": "card", "currency": "EUR", "percent": 1.5, "fixed": 0.25 },
            { "connector": "square", "method": "card", "percent": 1.9 }
          ],
          "experiments": [
            {
              "id": "square-in-december", "when": { "methods": ["card"], "countries": ["US"] }, "weights": { "stripe": 50, "square": 50 },
              "from": "2026-12-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z"
            }
          ]
        """;

    public const string Replace = $$"""{ "version": 3, {{Document}} }""";

    public const string Rules = $$"""{ "version": 4, {{Document}}, "updatedAt": "2026-11-21T09:35:40.329Z" }""";

    public const string Explain =
        """{ "paymentMethod": "card", "amount": 1200, "currency": "USD", "country": "US", "cardNetwork": "visa", "orderId": "order_01kaf5w3v8e7x9qh2m4n6p8r0t" }""";

    public const string Explained =
        """
        {
          "version": 4, "rule": "large amounts", "attemptsMax": 2,
          "order": [
            { "connector": "stripe", "position": 1, "reason": "rule_prefer", "message": "Preferred by the rule large amounts." },
            { "connector": "square", "position": 2, "reason": "rule_prefer", "message": "Preferred by the rule large amounts.", "fee": 22.8 }
          ],
          "leftOut": [
            { "connector": "sandbox", "reason": "not_taken", "message": "It does not take this method in this currency." }
          ]
        }
        """;

    public const string Health =
        """
        {
          "windowSeconds": 300,
          "data": [
            { "connector": "stripe", "method": "card", "state": "healthy", "successPercent": 99.6, "latencySeconds": 0.412 },
            { "connector": "square", "method": "card", "state": "unknown" }
          ]
        }
        """;

    public const string Experiment =
        """
        {
          "id": "square-in-december", "from": "2026-12-01T00:00:00.000Z", "until": "2027-01-01T00:00:00.000Z", "running": true,
          "arms": [
            { "connector": "square", "weight": 50, "attempts": 412, "successes": 371, "failures": 38, "successPercent": 90.71, "amounts": { "USD": 48230.5 } },
            { "connector": "stripe", "weight": 50, "attempts": 405, "successes": 377, "failures": 26, "successPercent": 93.55, "amounts": { "USD": 47110 } }
          ]
        }
        """;
}
