namespace PaymentGateway.Webhooks;

/// <summary>Requests and answers of the webhook endpoints.</summary>
internal static class WebhookExamples
{
    public const string CreateEndpoint =
        """
        {
          "url": "https://shop.example/webhooks", "events": ["payment.success", "payment.failed"], "description": "Shop"
        }
        """;

    public const string CreatedEndpoint =
        """
        {
          "id": "we_01m7y68wsdf1gv1q76ce0py3vn", "url": "https://shop.example/webhooks", "description": "Shop",
          "events": ["payment.success", "payment.failed"], "status": "enabled", "createdAt": "2026-11-21T09:36:43.949Z",
          "updatedAt": "2026-11-21T09:36:43.949Z", "secret": "whsec_test_0example0example0example0example"
        }
        """;

    public const string Endpoint =
        """
        {
          "id": "we_01m7y68wsdf1gv1q76ce0py3vn", "url": "https://shop.example/webhooks", "description": "Shop",
          "events": ["payment.success", "payment.failed"], "status": "enabled", "createdAt": "2026-11-21T09:36:43.949Z",
          "updatedAt": "2026-11-21T09:36:43.949Z"
        }
        """;

    public const string UpdateEndpoint =
        """
        { "description": "Shop in Pune" }
        """;

    public const string UpdatedEndpoint =
        """
        {
          "id": "we_01m7y68wsdf1gv1q76ce0py3vn", "url": "https://shop.example/webhooks", "description": "Shop in Pune",
          "events": ["payment.success", "payment.failed"], "status": "enabled", "createdAt": "2026-11-21T09:36:43.949Z",
          "updatedAt": "2026-11-21T09:36:44.027Z"
        }
        """;

    public const string DeletedEndpoint =
        """
        { "id": "we_01m7y68wsdf1gv1q76ce0py3vn", "deleted": true }
        """;

    public const string TestEndpoint =
        """
        { "event": "payment.success" }
        """;

    public const string TestedEndpoint =
        """
        {
          "delivered": true, "eventId": "evt_01m7y68wwee30v9yb3wnyp0m30", "event": "payment.success", "status": 200,
          "durationMs": 41, "response": "ok"
        }
        """;

    public const string RollSecret =
        """
        { "overlapHours": 24 }
        """;

    public const string RolledSecret =
        """
        {
          "id": "we_01m7y68wsdf1gv1q76ce0py3vn", "url": "https://shop.example/webhooks", "description": "Shop in Pune",
          "events": ["payment.success", "payment.failed"], "status": "enabled",
          "previousSecretExpiresAt": "2026-11-22T09:36:44.113Z", "createdAt": "2026-11-21T09:36:43.949Z",
          "updatedAt": "2026-11-21T09:36:44.113Z", "secret": "whsec_test_0example0example0example0example"
        }
        """;

    public const string Delivery =
        """
        {
          "id": "whd_01m7y68xpkf15909dkvntkka75", "eventId": "evt_01m7y68xndfeqaryxxc0qk1kbk",
          "endpointId": "we_01m7y68wsdf1gv1q76ce0py3vn", "event": "payment.success",
          "subjectId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "url": "https://shop.example/webhooks", "status": "delivered",
          "attemptCount": 1, "lastStatus": 200, "lastDurationMs": 41, "createdAt": "2026-11-21T09:36:44.883Z",
          "finishedAt": "2026-11-21T09:36:44941Z",
          "attempts": [{ "startedAt": "2026-11-21T09:36:44.902Z", "durationMs": 41, "status": 200, "response": "ok" }]
        }
        """;

    public const string RedeliverEvent =
        """
        { "endpointId": "we_01m7y68wsdf1gv1q76ce0py3vn" }
        """;

    public const string RedeliverRange =
        """
        { "from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "onlyFailed": true }
        """;

    public const string Redelivery =
        """
        { "scheduled": 1, "hasMore": false }
        """;
}
