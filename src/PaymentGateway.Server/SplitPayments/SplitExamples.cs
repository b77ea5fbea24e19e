namespace PaymentGateway.SplitPayments;

/// <summary>Requests and answers of the endpoints of split payments, as the sandbox gave them.</summary>
internal static class SplitExamples
{
    public const string Create =
        """
        {
          "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
          "splits": [
            { "paymentMethod": "card", "amount": 10000, "paymentDetails": { "cardToken": "tok_01m7y68wq4f6s8t0v2w4x6y8z0" } },
            {
              "paymentMethod": "emi", "amount": 15000,
              "paymentDetails": { "cardToken": "tok_01m7y68wr5g7t9v1w3x5y7z9a1", "emiTenure": 6, "cardType": "credit" }
            }
          ]
        }
        """;

    public const string Listed =
        """
        {
          "id": "split_01m7y68x0hegfrvbe9v5br7haz", "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz",
          "merchantId": "MERCH_HD_005", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 25000, "currency": "INR",
          "status": "succeeded", "createdAt": "2026-11-21T09:36:10.402Z", "finishedAt": "2026-11-21T09:36:10.611Z"
        }
        """;

    public const string Created =
        """
        {
          "id": "split_01m7y68x0hegfrvbe9v5br7haz", "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz",
          "merchantId": "MERCH_HD_005", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 25000, "currency": "INR",
          "status": "succeeded", "amountAuthorized": 25000, "amountCaptured": 25000, "amountRefunded": 0,
          "payments": [
            {
              "id": "pay_01m7y68x17ft8s79d1wz6bzvgt", "paymentId": "pay_01m7y68x17ft8s79d1wz6bzvgt",
              "merchantId": "MERCH_HD_005", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
              "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz", "amount": 10000, "currency": "INR", "status": "succeeded",
              "amountAuthorized": 10000, "amountCaptured": 10000, "amountCapturable": 0, "amountRefunded": 0, "refunded": false,
              "captureMethod": "manual", "paymentMethod": "card",
              "card": { "network": "visa", "last4": "1111", "funding": "credit", "expiry": "12/25" },
              "captures": [], "createdAt": "2026-11-21T09:36:10.402Z", "paidAt": "2026-11-21T09:36:10.560Z"
            },
            {
              "id": "pay_01m7y68x1a2b4c6d8e0f2g4h6j", "paymentId": "pay_01m7y68x1a2b4c6d8e0f2g4h6j",
              "merchantId": "MERCH_HD_005", "orderId": "order_01m7y68wyseccvh47dq1s56tg1",
              "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz", "amount": 15000, "currency": "INR", "status": "succeeded",
              "amountAuthorized": 15000, "amountCaptured": 15000, "amountCapturable": 0, "amountRefunded": 0, "refunded": false,
              "captureMethod": "manual", "paymentMethod": "emi",
              "card": { "network": "visa", "last4": "4242", "funding": "credit", "expiry": "12/25" },
              "captures": [], "createdAt": "2026-11-21T09:36:10.402Z", "paidAt": "2026-11-21T09:36:10.588Z"
            }
          ],
          "createdAt": "2026-11-21T09:36:10.402Z", "finishedAt": "2026-11-21T09:36:10.611Z"
        }
        """;

    public const string Canceled =
        """
        {
          "id": "split_01m7y68x0hegfrvbe9v5br7haz", "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz",
          "merchantId": "MERCH_HD_005", "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "amount": 25000, "currency": "INR",
          "status": "canceled", "amountAuthorized": 0, "amountCaptured": 0, "amountRefunded": 0,
          "cancelReason": "requested_by_merchant", "payments": [],
          "createdAt": "2026-11-21T09:36:10.402Z", "finishedAt": "2026-11-21T09:38:02.115Z"
        }
        """;

    public const string Refund =
        """
        { "amount": 2500, "strategy": "proportional", "reason": "requested_by_customer", "description": "A chair came back" }
        """;

    public const string Refunded =
        """
        {
          "id": "sre_01m7y6a2k4f7c8w9x0y1z2a3b4", "splitRefundId": "sre_01m7y6a2k4f7c8w9x0y1z2a3b4",
          "splitPaymentId": "split_01m7y68x0hegfrvbe9v5br7haz", "amount": 2500, "currency": "INR", "status": "succeeded",
          "strategy": "proportional",
          "refunds": [
            {
              "id": "re_01m7y6a2k5g8d9x0y1z2a3b4c5", "refundId": "re_01m7y6a2k5g8d9x0y1z2a3b4c5", "merchantId": "MERCH_HD_005",
              "paymentId": "pay_01m7y68x17ft8s79d1wz6bzvgt", "chargeId": "ch_01m7y68x18gt9t80e2x07c0whv",
              "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "splitRefundId": "sre_01m7y6a2k4f7c8w9x0y1z2a3b4",
              "amount": 1000, "currency": "INR", "status": "succeeded", "reason": "requested_by_customer",
              "description": "A chair came back", "feeReturned": 0, "taxReturned": 0,
              "requestedBy": "pk_test_MERCH_HD_005_example", "approvalsRequired": 0, "secondFactorRequired": false, "approvals": [],
              "metadata": {}, "createdAt": "2026-11-21T09:40:02.115Z",
              "expectedAt": "2026-11-28T09:40:02.151Z", "processedAt": "2026-11-21T09:40:02.151Z"
            },
            {
              "id": "re_01m7y6a2k6h9e0y1z2a3b4c5d6", "refundId": "re_01m7y6a2k6h9e0y1z2a3b4c5d6", "merchantId": "MERCH_HD_005",
              "paymentId": "pay_01m7y68x1a2b4c6d8e0f2g4h6j", "chargeId": "ch_01m7y68x1bh0v91f3y18d1xjwk",
              "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "splitRefundId": "sre_01m7y6a2k4f7c8w9x0y1z2a3b4",
              "amount": 1500, "currency": "INR", "status": "succeeded", "reason": "requested_by_customer",
              "description": "A chair came back", "feeReturned": 0, "taxReturned": 0,
              "requestedBy": "pk_test_MERCH_HD_005_example", "approvalsRequired": 0, "secondFactorRequired": false, "approvals": [],
              "metadata": {}, "createdAt": "2026-11-21T09:40:02.115Z",
              "expectedAt": "2026-11-28T09:40:02.170Z", "processedAt": "2026-11-21T09:40:02.170Z"
            }
          ],
          "createdAt": "2026-11-21T09:40:02.115Z"
        }
        """;
}
