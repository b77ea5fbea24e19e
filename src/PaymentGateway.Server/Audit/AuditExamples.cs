namespace PaymentGateway.Audit;

/// <summary>Answers of the audit endpoints.</summary>
internal static class AuditExamples
{
    public const string AuditLog =
        """
        {
          "id": "aud_01m7y68xk3e9v8c0r5n7w2q4tb", "createdAt": "2026-11-21T09:36:44.803Z", "merchantId": "MERCH_FH_001", "mode": "test",
          "actor": "key:pk_test_MERCH_FH_001_8w3kq", "ipAddress": "203.0.113.7", "action": "payment.capture", "objectType": "payment",
          "objectId": "pay_01m7y68xjzf8f9p0apjwr82xsa", "before": { "status": "requires_capture" }, "after": { "status": "processing" },
          "requestId": "req_01m7y68xmjf78r8632zev3gr2s", "sequence": 42,
          "previousHash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
          "hash": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13"
        }
        """;

    public const string Proof =
        """
        {
          "intact": true, "rows": 42, "sequence": 42,
          "hash": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13", "waiting": 0
        }
        """;
}
