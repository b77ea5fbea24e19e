namespace PaymentGateway.Methods.Bnpl;

/// <summary>Requests and answers of the BNPL endpoints.</summary>
internal static class BnplExamples
{
    public const string CheckEligibility =
        """
        { "customerId": "asha", "amount": 1200, "currency": "INR" }
        """;

    public const string Eligible =
        """
        {
          "eligible": true, "maxAmount": 5000, "availableCredit": 4200,
          "plans": [
            { "id": "bnpl_15days", "name": "Pay in 15 days", "dueDate": "2026-12-06", "interestRate": 0, "totalAmount": 1200 },
            {
              "id": "bnpl_2installments", "name": "Pay in 2 installments",
              "installments": [ { "dueDate": "2026-11-28", "amount": 600 }, { "dueDate": "2026-12-12", "amount": 600 } ],
              "interestRate": 0, "totalAmount": 1200
            }
          ]
        }
        """;

    public const string Installment =
        """
        {
          "id": "inst_01m7y68xndfeqaryxxc0qk1kbk", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "customerId": "asha", "planId": "bnpl_2installments", "number": 1, "amount": 600,
          "amountRefunded": 0, "amountDue": 600, "currency": "INR", "dueDate": "2026-11-28", "status": "due", "createdAt": "2026-11-21T09:36:44.121Z"
        }
        """;

    public const string Pay =
        """
        { "reference": "LN-20261127-0042" }
        """;

    public const string PaidInstallment =
        """
        {
          "id": "inst_01m7y68xndfeqaryxxc0qk1kbk", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "customerId": "asha", "planId": "bnpl_2installments", "number": 1, "amount": 600,
          "amountRefunded": 0, "amountDue": 600, "currency": "INR", "dueDate": "2026-11-28", "status": "paid", "paidAt": "2026-11-27T08:00:00.000Z",
          "reference": "LN-20261127-0042", "createdAt": "2026-11-21T09:36:44.121Z"
        }
        """;

    public const string WrittenOffInstallment =
        """
        {
          "id": "inst_01m7y68xndfeqaryxxc0qk1kbk", "paymentId": "pay_01m7y68xjzf8f9p0apjwr82xsa",
          "orderId": "order_01m7y68wyseccvh47dq1s56tg1", "customerId": "asha", "planId": "bnpl_2installments", "number": 1, "amount": 600,
          "amountRefunded": 0, "amountDue": 600, "currency": "INR", "dueDate": "2026-11-28", "status": "written_off", "writtenOffAt": "2027-03-01T08:00:00.000Z",
          "createdAt": "2026-11-21T09:36:44.121Z"
        }
        """;
}
