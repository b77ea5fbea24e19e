namespace PaymentGateway.Methods.Emi;

/// <summary>Requests and answers of the EMI endpoints.</summary>
internal static class EmiExamples
{
    public const string Plans =
        """
        [
          {
            "tenure": 3, "monthlyInstallment": 10217.44, "interestRate": 13, "totalAmount": 30652.33, "processingFee": 0, "gstOnFee": 0,
            "totalInterest": 652.33, "gstOnInterest": 117.42, "noCost": false, "loanAmount": 30000, "discount": 0
          },
          {
            "tenure": 6, "monthlyInstallment": 5191.29, "interestRate": 13, "totalAmount": 31147.72, "processingFee": 200, "gstOnFee": 36,
            "totalInterest": 1147.72, "gstOnInterest": 206.59, "noCost": false, "loanAmount": 30000, "discount": 0
          }
        ]
        """;

    public const string DefaultCards =
        """
        {
          "cards": [
            {
              "currency": "INR", "minimumAmount": 2500,
              "terms": [ { "tenure": 3, "interestRate": 13, "processingFee": 0, "noCost": false } ]
            }
          ],
          "isDefault": true
        }
        """;

    public const string SetCards =
        """
        {
          "cards": [
            {
              "bank": "HDFC", "minimumAmount": 3000,
              "terms": [
                { "tenure": 6, "interestRate": 15, "processingFee": 199 },
                { "tenure": 9, "interestRate": 16, "noCost": true }
              ]
            },
            { "minimumAmount": 2500, "terms": [ { "tenure": 3, "interestRate": 13 } ] }
          ]
        }
        """;

    public const string OwnCards =
        """
        {
          "cards": [
            {
              "bank": "HDFC", "minimumAmount": 3000,
              "terms": [
                { "tenure": 6, "interestRate": 15, "processingFee": 199 },
                { "tenure": 9, "interestRate": 16, "noCost": true }
              ]
            },
            { "minimumAmount": 2500, "terms": [ { "tenure": 3, "interestRate": 13 } ] }
          ],
          "isDefault": false, "updatedAt": "2026-11-21T09:36:44.121Z"
        }
        """;
}
