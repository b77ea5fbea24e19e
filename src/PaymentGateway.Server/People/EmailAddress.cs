using System.Net.Mail;
using System.Text;

namespace PaymentGateway.People;

/// <summary>What counts as an e-mail address, and when two are the same.</summary>
internal static class EmailAddress
{
    private const int LengthMax = 254;

    /// <summary>One bare address, without a name or comment around it.</summary>
    public static bool IsValid(string text) =>
        text.Length is >= 3 and <= LengthMax && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && MailAddress.TryCreate(text, out var address) && address.Address == text;

    /// <summary>
    /// The same for all ways of writing one address in capitals. Mail servers could tell capitals apart; none that people use does.
    /// </summary>
    public static string KeyOf(string email) => email.Normalize(NormalizationForm.FormC).ToLowerInvariant();
}
