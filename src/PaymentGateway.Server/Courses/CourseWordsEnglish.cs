namespace PaymentGateway.Courses;

internal static class CourseWordsEnglish
{
    public static readonly CourseWords Words = new()
    {
        Greeting = "Hello {0},",
        Course = "Course",
        Price = "Price",
        Discount = "Discount",
        Gst = "GST",
        Total = "Total",
        Refund = "Refund",
        Transaction = "Transaction",
        SeePayment = "See the payment",
        TryAgain = "Try again",
        PaidSubject = "Your course is open: {0}",
        PaidBody = "Thank you for your payment. Your course is open, and your receipt comes with this mail.",
        FailedSubject = "The payment for {0} did not succeed",
        FailedBody = "Your payment did not succeed, and nothing was charged.",
        RetriesLeft = "You can try again within 24 hours of the first attempt. Attempts left: {0}.",
        StartAgain = "This payment cannot be tried again. Please start a new one on the course's page.",
        RefundedSubject = "Your refund for {0}",
        RefundedBody = "Your refund is on its way. Expect it by {0}; your bank decides when it shows it.",
        CourseClosed = "With the full refund your access to the course has ended.",
        InsufficientFunds = "There was not enough money or limit. Please use another card or another way to pay.",
        CardDeclined = "Your bank has declined the payment. Please use another card or another way to pay, or ask your bank.",
        CardExpired = "The card has expired. Please use another one.",
        InvalidCvv = "The security code was wrong. Please check it and try again.",
        GatewayAway = "The bank could not be reached in time. Please try again now.",
        NotAuthenticated = "The confirmation at your bank did not succeed. Please try again.",
        Cancelled = "The payment was cancelled on the bank's page. You can try again at any time.",
        OtherReason = "Please try again, or use another way to pay.",
    };
}
