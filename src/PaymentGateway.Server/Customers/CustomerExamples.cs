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

    public const string Deleted = """{ "id": "cus_01m7y68x0hegfrvbe9v5br7haz", "deleted": true }""";
}
