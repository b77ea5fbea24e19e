namespace PaymentGateway.SetupIntents;

/// <summary>Requests and answers of the endpoints of set-ups, as the sandbox gave them.</summary>
internal static class SetupIntentExamples
{
    public const string Create =
        """
        {
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "paymentMethod": "card",
          "paymentDetails": { "cardToken": "tok_01m7y68x0hegfrvbe9v5br7haz" }, "usage": "off_session", "confirm": true,
          "metadata": { "contract": "C-17" }
        }
        """;

    public const string Succeeded =
        """
        {
          "id": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "setupIntentId": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "status": "succeeded", "usage": "off_session", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "2701", "funding": "credit", "expiry": "12/29" },
          "paymentMethodId": "pm_01m7y6a2n9eaaq8d2fxggm3t5g",
          "threeDSecure": {
            "version": "2.2.0", "transStatus": "Y", "eci": "05", "network": "visa", "liabilityShift": true, "flow": "frictionless",
            "methodCompletion": "N", "threeDSServerTransId": "8a880dc0-d2d2-5067-bcb1-b08d1690b26e",
            "dsTransId": "2f2d6c7e-1f1a-5c8d-9d40-5d3a9a1b7c11", "acsTransId": "d7c1ee99-9478-54a6-b1f2-391e29c6b340"
          },
          "attempts": 1, "metadata": { "contract": "C-17" },
          "clientSecret": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4_secret_9d4w1m8q2z6x7c5v3b0n1m2k3j", "connector": "sandbox",
          "createdAt": "2026-11-21T09:38:02.115Z", "succeededAt": "2026-11-21T09:38:02.171Z"
        }
        """;

    public const string Confirm =
        """
        { "paymentMethod": "card", "paymentDetails": { "cardToken": "tok_01m7y68x0hegfrvbe9v5br7haz" } }
        """;

    public const string RequiresAction =
        """
        {
          "id": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "setupIntentId": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "status": "requires_action", "usage": "off_session", "paymentMethod": "card",
          "card": { "network": "visa", "last4": "3155", "funding": "credit", "expiry": "12/29" },
          "nextAction": {
            "type": "three_d_secure", "url": "https://pay.example/sandbox/bank/sbx_01m7y6a2n9eaaq8d2fxggm3t5g",
            "expiresAt": "2026-11-21T09:48:02.151Z"
          },
          "threeDSecure": { "version": "2.2.0", "transStatus": "C", "network": "visa", "liabilityShift": false, "flow": "challenge" },
          "attempts": 1, "metadata": {},
          "clientSecret": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4_secret_9d4w1m8q2z6x7c5v3b0n1m2k3j", "connector": "sandbox",
          "createdAt": "2026-11-21T09:38:02.115Z"
        }
        """;

    public const string Cancel =
        """
        { "cancellationReason": "The customer changed their mind" }
        """;

    public const string Canceled =
        """
        {
          "id": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "setupIntentId": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68wqrebb829sxzmd7k76q", "status": "canceled", "usage": "off_session", "attempts": 0,
          "cancellationReason": "The customer changed their mind", "metadata": {},
          "clientSecret": "seti_01m7y6a2k4f7c8w9x0y1z2a3b4_secret_9d4w1m8q2z6x7c5v3b0n1m2k3j",
          "createdAt": "2026-11-21T09:38:02.115Z", "canceledAt": "2026-11-21T09:40:11.020Z"
        }
        """;
}
