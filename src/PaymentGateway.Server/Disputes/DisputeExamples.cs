namespace PaymentGateway.Disputes;

/// <summary>Requests and answers of the dispute endpoints, as the sandbox gave them.</summary>
internal static class DisputeExamples
{
    public const string NeedsResponse =
        """
        {
          "id": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4", "disputeId": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2716.67,
          "amountTaken": 2716.67, "fee": 15, "currency": "INR", "status": "needs_response", "reason": "product_not_received",
          "networkReasonCode": "13.1", "evidenceDueBy": "2026-12-05T09:38:02.115Z",
          "evidence": { "texts": {}, "files": [] },
          "reference": "dpsbx_01m7y7c2k1ecbq8d2fxggm3t5g", "createdAt": "2026-11-21T09:38:02.151Z"
        }
        """;

    public const string Evidence =
        """
        { "explanation": "It was delivered on 14 November and signed for.", "shippingCarrier": "Blue Dart", "submit": true }
        """;

    public const string UnderReview =
        """
        {
          "id": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4", "disputeId": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2716.67,
          "amountTaken": 2716.67, "fee": 15, "currency": "INR", "status": "under_review", "reason": "product_not_received",
          "networkReasonCode": "13.1", "evidenceDueBy": "2026-12-05T09:38:02.115Z",
          "evidence": {
            "texts": { "explanation": "It was delivered on 14 November and signed for.", "shippingCarrier": "Blue Dart" },
            "files": [{
              "id": "file_01m7y7d4q8f2d7w9x0y1z2a3b4", "purpose": "shipping_documentation", "name": "delivery.pdf",
              "contentType": "application/pdf", "size": 48213,
              "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "url": "/api/payments/disputes/dp_01m7y7c2k4f7c8w9x0y1z2a3b4/evidence-files/file_01m7y7d4q8f2d7w9x0y1z2a3b4",
              "createdAt": "2026-11-21T10:02:11.020Z"
            }],
            "submittedAt": "2026-11-21T10:05:40.300Z"
          },
          "reference": "dpsbx_01m7y7c2k1ecbq8d2fxggm3t5g", "createdAt": "2026-11-21T09:38:02.151Z"
        }
        """;

    public const string Accepted =
        """
        {
          "id": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4", "disputeId": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2716.67,
          "amountTaken": 2716.67, "fee": 15, "currency": "INR", "status": "accepted", "reason": "product_not_received",
          "networkReasonCode": "13.1", "evidenceDueBy": "2026-12-05T09:38:02.115Z",
          "evidence": { "texts": {}, "files": [] },
          "reference": "dpsbx_01m7y7c2k1ecbq8d2fxggm3t5g", "createdAt": "2026-11-21T09:38:02.151Z", "closedAt": "2026-11-21T10:05:40.300Z"
        }
        """;

    public const string Won =
        """
        {
          "id": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4", "disputeId": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4",
          "merchantId": "MERCH_FH_001", "paymentId": "pay_01m7y68x0hegfrvbe9v5br7haz",
          "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 2716.67,
          "amountTaken": 0, "fee": 0, "currency": "INR", "status": "won", "reason": "product_not_received",
          "networkReasonCode": "13.1", "evidenceDueBy": "2026-12-05T09:38:02.115Z",
          "evidence": {
            "texts": { "explanation": "It was delivered on 14 November and signed for.", "shippingCarrier": "Blue Dart" },
            "files": [{
              "id": "file_01m7y7d4q8f2d7w9x0y1z2a3b4", "purpose": "shipping_documentation", "name": "delivery.pdf",
              "contentType": "application/pdf", "size": 48213,
              "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "url": "/api/payments/disputes/dp_01m7y7c2k4f7c8w9x0y1z2a3b4/evidence-files/file_01m7y7d4q8f2d7w9x0y1z2a3b4",
              "createdAt": "2026-11-21T10:02:11.020Z"
            }],
            "submittedAt": "2026-11-21T10:05:40.300Z"
          },
          "reference": "dpsbx_01m7y7c2k1ecbq8d2fxggm3t5g", "createdAt": "2026-11-21T09:38:02.151Z", "closedAt": "2026-11-21T10:06:12.007Z"
        }
        """;

    public const string Upload =
        """
        { "file": "%PDF-1.7 …", "purpose": "shipping_documentation" }
        """;

    public const string File =
        """
        {
              "id": "file_01m7y7d4q8f2d7w9x0y1z2a3b4", "purpose": "shipping_documentation", "name": "delivery.pdf",
              "contentType": "application/pdf", "size": 48213,
              "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
              "url": "/api/payments/disputes/dp_01m7y7c2k4f7c8w9x0y1z2a3b4/evidence-files/file_01m7y7d4q8f2d7w9x0y1z2a3b4",
              "createdAt": "2026-11-21T10:02:11.020Z"
            }
        """;

    public const string OpenInSandbox =
        """
        { "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt", "kind": "dispute", "reason": "product_not_received", "amount": 2716.67 }
        """;

    public const string OpenedInSandbox =
        """
        {
          "reference": "dpsbx_01m7y7c2k1ecbq8d2fxggm3t5g", "chargeId": "ch_01m7y68x17ft8s79d1wz6bzvgt",
          "disputeId": "dp_01m7y7c2k4f7c8w9x0y1z2a3b4"
        }
        """;
}
