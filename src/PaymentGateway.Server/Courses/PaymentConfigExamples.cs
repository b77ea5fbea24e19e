namespace PaymentGateway.Courses;

/// <summary>Requests and answers of the payment desk's configuration.</summary>
internal static class PaymentConfigExamples
{
    public const string Put =
        """
        {
          "version": 3, "credentials": { "apiKey": "0A1B…" }, "methods": { "wallet": false }, "minimumAmount": 100, "maximumAmount": 200000,
          "sessionTimeoutMinutes": 20
        }
        """;

    public const string Config =
        """
        {
          "version": 4, "environment": "test", "merchantId": "acme_learning",
          "credentials": {
            "apiKey": "***9f3c", "paymentPageClientId": "hdfcmaster", "responseKey": "***77ab", "webhookPassword": "***k2Qz",
            "webhookUser": "acme"
          },
          "credentialsSource": "api", "methods": { "card": true, "netbanking": true, "upi": true, "wallet": false },
          "minimumAmount": 100, "maximumAmount": 200000, "currency": "INR", "sessionTimeoutMinutes": 20,
          "callbackUrl": "https://pay.example.com/api/payment/callback", "webhookUrl": "https://pay.example.com/api/payment/webhook",
          "updatedAt": "2026-11-21T09:35:40.329Z"
        }
        """;

    public const string Connection =
        """
        {
          "gatewayStatus": "connected", "responseTime": 212, "environment": "test", "merchantId": "acme_learning",
          "timestamp": "2026-11-21T09:35:40.329Z"
        }
        """;
}
