namespace PaymentGateway.Connectors.Sandbox;

/// <summary>A card of the sandbox and its token.</summary>
internal static class TokenExamples
{
    public const string Create =
        """
        { "card": { "number": "4111111111111111", "cvv": "123", "expiry": "12/25", "name": "Asha Rao" } }
        """;

    public const string Token =
        """
        {
          "id": "tok_01m7y68wqrebb829sxzmd7k76q", "cardToken": "tok_01m7y68wqrebb829sxzmd7k76q",
          "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
          "expiresAt": "2026-11-21T10:36:43.896Z"
        }
        """;
}
