namespace PaymentGateway.Processors;

internal static class ProcessorExamples
{
    public const string Id = "pacc_01KAJ2M4S0Q8R7T6V5W4X3Y2Z1";

    public const string Put =
        """
        { "fields": { "secretKey": "sk_test_…", "publishableKey": "pk_test_mine", "webhookSecret": "whsec_…" }, "priority": 10 }
        """;

    public const string Account =
        $$"""
        {
          "id": "{{Id}}", "processor": "stripe", "enabled": true, "priority": 10,
          "fields": { "publishableKey": "pk_test_mine", "secretKey": "***9f3c", "webhookSecret": "***77ab" },
          "webhookUrl": "https://pay.example.com/api/payments/webhooks/stripe/{{Id}}",
          "createdAt": "2026-11-21T09:35:40.329Z", "updatedAt": "2026-11-21T09:35:40.329Z"
        }
        """;

    public const string Processor =
        $$"""
        {
          "processor": "stripe", "methods": ["card"], "needsAccount": true, "available": true,
          "accountFields": [{ "name": "secretKey", "meaning": "The secret or restricted key of the mode.", "secret": true, "required": true }],
          "account": {{Account}}
        }
        """;
}
