using System.Text;
using System.Text.RegularExpressions;
using PaymentGateway.Http;

namespace PaymentGateway.Monitoring;

/// <summary>
/// Takes card numbers and secrets out of a finished log line. The last wall: nobody should log them, and when somebody does they end here.
/// </summary>
internal static partial class SecretMask
{
    private const string Mask = "***";
    private const int CardDigitsMin = 13;
    private const int CardDigitsMax = 19;

    public static string Apply(string line)
    {
        // The framework's scopes hold the path as it came, with its spaces escaped.
        var masked = SchemeSecret().Replace(line.Replace("%20", " ", StringComparison.Ordinal), "$1 " + Mask);
        masked = NamedSecret().Replace(masked, "$1" + Mask);
        masked = ClientSecret().Replace(masked, "$1" + Mask);
        masked = UrlPassword().Replace(masked, "$1" + Mask + "@");
        masked = NamedValue().Replace(masked, "$1" + Mask);
        return DigitRun().Replace(CardDataGuard.Masked(masked), run => MaskCards(run.Value));
    }

    /// <summary>A card number may stand amid other digits (<c>order 12 4111 1111 …</c>), so every part of the run is tried.</summary>
    private static string MaskCards(string run)
    {
        var digits = Enumerable.Range(0, run.Length).Where(i => char.IsAsciiDigit(run[i])).ToArray();
        var hidden = new bool[run.Length];
        for (var first = 0; first + CardDigitsMin <= digits.Length; first++)
        {
            for (var length = CardDigitsMin; length <= Math.Min(CardDigitsMax, digits.Length - first); length++)
            {
                var (from, to) = (digits[first], digits[first + length - 1] + 1);
                if (CardDataGuard.HoldsCardNumber(run.AsSpan(from, to - from)))
                {
                    hidden.AsSpan(from, to - from).Fill(true);
                }
            }
        }

        return Hide(run, hidden);
    }

    private static string Hide(string run, bool[] hidden)
    {
        var shown = new StringBuilder();
        for (var i = 0; i < run.Length; i++)
        {
            if (!hidden[i])
            {
                shown.Append(run[i]);
            }
            else if (i == 0 || !hidden[i - 1])
            {
                shown.Append(Mask);
            }
        }

        return shown.ToString();
    }

    // Base64 and the escapes that JSON writes for its signs; commas and quotes end it.
    [GeneratedRegex(@"\b(Basic|Bearer)(?:\s|%20|\\u0020)+[A-Za-z0-9+/=._~\-\\]+", RegexOptions.IgnoreCase)]
    private static partial Regex SchemeSecret();

    [GeneratedRegex(@"((?<![A-Za-z0-9])(?:sk|whsec)_)[A-Za-z0-9_+/=\-]+")]
    private static partial Regex NamedSecret();

    [GeneratedRegex(@"(_secret_)[A-Za-z0-9]+")]
    private static partial Regex ClientSecret();

    [GeneratedRegex(@"([a-z][a-z0-9+.\-]*://[^\s:/@""]*:)[^\s/@""]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UrlPassword();

    [GeneratedRegex(@"(\b(?:password|pwd|cvv|cvc|cvv2|securityCode)(?:\\?""|\\u0022)?\s*[=:]\s*(?:\\?""|\\u0022)?)[^\s;,""\\}]+", RegexOptions.IgnoreCase)]
    private static partial Regex NamedValue();

    [GeneratedRegex(@"[0-9](?:[ \-]*[0-9]){12,}")]
    private static partial Regex DigitRun();
}
