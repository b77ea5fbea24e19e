using PaymentGateway.Checkout;
using PaymentGateway.Http;

namespace PaymentGateway.People.Pages;

/// <summary>What every page needs to be drawn.</summary>
/// <param name="Language">Of the page.</param>
/// <param name="Path">Of the page, for the switch of languages.</param>
/// <param name="Csrf">For its forms.</param>
internal sealed record AccountView(Language Language, string Path, string Csrf)
{
    public AccountTexts Texts { get; } = AccountTexts.Of(Language);

    /// <summary>Good news, above everything else.</summary>
    public string? Notice { get; init; }

    /// <summary>What is wrong with the page or with a field.</summary>
    public Fault? Fault { get; init; }

    public string? FaultOf(string field) => Fault?.Field == field ? Fault.Sentence : null;
}

/// <param name="Field">Null: it is about no field.</param>
internal sealed record Fault(string? Field, string Sentence)
{
    /// <summary>The sentence for a person; what comes from a field's rule is said in the page's language.</summary>
    public static Fault Of(Refusal refusal, AccountTexts texts)
    {
        if (refusal.Details?.GetValueOrDefault("fields") is IReadOnlyDictionary<string, List<string>> { Count: > 0 } fields)
        {
            var field = fields.Keys.First();
            return new(field, field switch
            {
                "email" => texts.EmailWrong,
                "name" => texts.NameWrong,
                "password" or "newPassword" => texts.PasswordRule,
                _ => texts.NotNow,
            });
        }

        return refusal.Kind.Code switch
        {
            "LOGIN_FAILED" => new(null, texts.WrongLogin),
            "TWO_FACTOR_AUTH_FAILED" => new("code", texts.WrongCode),
            "TOO_MANY_ATTEMPTS" => new(null, texts.TooMany.Replace("{0}", $"{refusal.Details?[Answer.RetryAfterDetail]}", StringComparison.Ordinal)),
            "ACCOUNT_LOCKED" => new(null, texts.Locked),
            "LINK_INVALID" => new(null, texts.LinkInvalid),
            "LAST_OWNER" => new(null, texts.LastOwner),
            "CSRF_TOKEN_INVALID" => new(null, texts.PageExpired),
            _ => new(null, texts.NotNow),
        };
    }
}
