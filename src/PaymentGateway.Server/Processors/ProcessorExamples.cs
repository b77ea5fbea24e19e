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
          "id": "{{Id}}", "processor": "stripe", "source": "api", "enabled": true, "priority": 10,
          "fields": { "publishableKey": "pk_test_mine", "secretKey": "***9f3c", "webhookSecret": "***77ab" },
          "webhookUrl": "https://pay.example.com/api/payments/webhooks/stripe/{{Id}}",
          "createdAt": "2026-11-21T09:35:40.329Z", "updatedAt": "2026-11-21T09:35:40.329Z"
        }
        """;

    public const string Request =
        """
        {
          "id": "preq_01m7y68x0hegfrvbe9v5br7haz", "connector": "stripe", "accountId": "pacc_01KAJ2M4S0Q8R7T6V5W4X3Y2Z1", "operation": "capture",
          "key": "cap_01m7y68wzkc3q4w9x0y1z2a3b4", "chargeId": "ch_01m7y68vtkc3q4w9x0y1z2a3b4", "attempt": 1, "method": "POST",
          "path": "/v1/payment_intents/pi_3OqKzT/capture", "status": 200, "outcome": "ok", "durationMs": 412, "processorRequestId": "req_7hK2mX",
          "request": { "amount_to_capture": "6000" },
          "response": { "id": "pi_3OqKzT", "object": "payment_intent", "status": "succeeded", "amount": 10000, "client_secret": "***" },
          "createdAt": "2026-11-21T09:41:12.115Z"
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
