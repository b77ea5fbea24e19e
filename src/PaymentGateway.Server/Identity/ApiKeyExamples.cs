namespace PaymentGateway.Identity;

/// <summary>Requests and answers of the key endpoints.</summary>
internal static class ApiKeyExamples
{
    public const string Roll =
        """
        { "overlapHours": 24 }
        """;

    public const string Rolled =
        """
        {
          "id": "pk_test_MERCH_TG_98stxbw5qwyncx8dyx5sg1ph", "apiKey": "pk_test_MERCH_TG_98stxbw5qwyncx8dyx5sg1ph",
          "apiSecret": "sk_test_MERCH_TG_0example0example0example0example", "createdAt": "2026-11-21T09:36:48.057Z",
          "oldKeysExpireAt": "2026-11-22T09:36:48.057Z"
        }
        """;

    public const string Key =
        """
        {
          "id": "pk_test_MERCH_FH_ey6bgrkqcgwrcwytkr12kf6k", "apiKey": "pk_test_MERCH_FH_ey6bgrkqcgwrcwytkr12kf6k",
          "status": "active", "createdAt": "2026-11-21T09:35:40.333Z"
        }
        """;
}
