namespace PaymentGateway.Customers;

/// <summary>Requests and answers of the customer endpoints, as the sandbox gave them.</summary>
internal static class CustomerExamples
{
    public const string Create =
        """
        {
          "name": "Asha Rao", "email": "asha@example.com", "phone": "+919876543210",
          "address": { "line1": "14 MG Road", "city": "Bengaluru", "state": "KA", "postalCode": "560001", "country": "IN" },
          "metadata": { "tier": "gold" }
        }
        """;

    public const string Customer =
        """
        {
          "id": "cus_01m7y68x0hegfrvbe9v5br7haz", "customerId": "cus_01m7y68x0hegfrvbe9v5br7haz", "merchantId": "MERCH_FH_001",
          "name": "Asha Rao", "email": "asha@example.com", "phone": "+919876543210",
          "address": { "line1": "14 MG Road", "city": "Bengaluru", "state": "KA", "postalCode": "560001", "country": "IN" },
          "metadata": { "tier": "gold" }, "createdAt": "2026-11-21T09:38:02.115Z", "updatedAt": "2026-11-21T09:38:02.115Z"
        }
        """;

    public const string Update = """{ "email": "asha.rao@example.com", "phone": "" }""";

    public const string Updated =
        """
        {
          "id": "cus_01m7y68x0hegfrvbe9v5br7haz", "customerId": "cus_01m7y68x0hegfrvbe9v5br7haz", "merchantId": "MERCH_FH_001",
          "name": "Asha Rao", "email": "asha.rao@example.com",
          "address": { "line1": "14 MG Road", "city": "Bengaluru", "state": "KA", "postalCode": "560001", "country": "IN" },
          "metadata": { "tier": "gold" }, "createdAt": "2026-11-21T09:38:02.115Z", "updatedAt": "2026-11-21T09:40:11.020Z"
        }
        """;

    public const string Attach = """{ "cardToken": "tok_01m7y68wzkc3q4w9x0y1z2a3b4", "metadata": { "label": "private" } }""";

    public const string Method =
        """
        {
          "id": "pm_01m7y6a2k4f7c8w9x0y1z2a3b4", "paymentMethodId": "pm_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68x0hegfrvbe9v5br7haz", "type": "card", "status": "active",
          "card": { "network": "visa", "last4": "4242", "funding": "credit", "expiry": "12/29" },
          "fingerprint": "6b0f1d5a9c3e47b28d10f4a7c2e95b36", "connector": "sandbox", "isDefault": true,
          "metadata": { "label": "private" }, "createdAt": "2026-11-21T09:38:02.115Z", "attachedAt": "2026-11-21T09:38:02.151Z",
          "expiresAt": "2030-01-01T00:00:00.000Z"
        }
        """;

    public const string Detached =
        """
        {
          "id": "pm_01m7y6a2k4f7c8w9x0y1z2a3b4", "paymentMethodId": "pm_01m7y6a2k4f7c8w9x0y1z2a3b4", "merchantId": "MERCH_FH_001",
          "customerId": "cus_01m7y68x0hegfrvbe9v5br7haz", "type": "card", "status": "detached",
          "card": { "network": "visa", "last4": "4242", "funding": "credit", "expiry": "12/29" },
          "fingerprint": "6b0f1d5a9c3e47b28d10f4a7c2e95b36", "connector": "sandbox", "isDefault": false, "metadata": {},
          "createdAt": "2026-11-21T09:38:02.115Z", "attachedAt": "2026-11-21T09:38:02.151Z", "detachedAt": "2026-11-21T09:41:30.004Z",
          "expiresAt": "2030-01-01T00:00:00.000Z"
        }
        """;

    public const string Deleted = """{ "id": "cus_01m7y68x0hegfrvbe9v5br7haz", "deleted": true }""";
}
