namespace PaymentGateway.TestClocks;

/// <summary>Requests and answers of the test clock endpoints.</summary>
internal static class TestClockExamples
{
    public const string Create = """{ "name": "Expiry of orders" }""";

    public const string Created =
        """
        {
          "id": "clock_01m7y68xndfeqaryxxc0qk1kbk", "name": "Expiry of orders", "status": "ready",
          "time": "2026-11-21T09:36:44.845Z", "aheadSeconds": 0, "createdAt": "2026-11-21T09:36:44.845Z"
        }
        """;

    public const string Advance = """{ "by": 2592000 }""";

    public const string Advanced =
        """
        {
          "id": "clock_01m7y68xndfeqaryxxc0qk1kbk", "name": "Expiry of orders", "status": "advancing",
          "time": "2026-12-21T09:40:12.101Z", "aheadSeconds": 2592000, "createdAt": "2026-11-21T09:36:44.845Z",
          "advancedAt": "2026-11-21T09:40:12.101Z"
        }
        """;

    public const string Ready =
        """
        {
          "id": "clock_01m7y68xndfeqaryxxc0qk1kbk", "name": "Expiry of orders", "status": "ready",
          "time": "2026-12-21T09:40:14.338Z", "aheadSeconds": 2592000, "createdAt": "2026-11-21T09:36:44.845Z",
          "advancedAt": "2026-11-21T09:40:12.101Z"
        }
        """;

    public const string Deleted = """{ "id": "clock_01m7y68xndfeqaryxxc0qk1kbk", "deleted": true }""";
}
