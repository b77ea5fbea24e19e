using System.Security.Cryptography;
using System.Text;

namespace PaymentGateway.Checkout;

/// <summary>How a shop can tell that the parameters on its return address are ours. The scheme is documented in docs/checkout.md.</summary>
internal static class ReturnSignature
{
    /// <summary>
    /// The return address with <c>orderId</c>, <c>paymentId</c>, <c>status</c> and <c>signature</c>; parameters of the shop stay.
    /// </summary>
    public static string Link(string returnUrl, string orderId, string? paymentId, string status, string webhookSecret) =>
        SafeUrl.WithQuery(returnUrl,
        [
            new("orderId", orderId),
            new("paymentId", paymentId ?? ""),
            new("status", status),
            new("signature", Sign(orderId, paymentId, status, webhookSecret)),
        ]);

    public static string Sign(string orderId, string? paymentId, string status, string webhookSecret) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(webhookSecret), Encoding.UTF8.GetBytes($"{orderId}|{paymentId}|{status}")));
}
