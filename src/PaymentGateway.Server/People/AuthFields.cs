using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Mail;

namespace PaymentGateway.People;

/// <summary>Reads and checks what comes in about people.</summary>
internal static class AuthFields
{
    private const int NameLengthMax = 100;

    public static Outcome<NewAccount> Read(RegisterBody body)
    {
        var faults = new FieldFaults();
        var (email, name, language) = (body.Email ?? "", body.Name?.Trim() ?? "", body.Language ?? LetterLanguages.Default);
        CheckEmail(email, faults);
        CheckName(name, faults);
        CheckLanguage(language, faults);
        if (Passwords.Fault(body.Password, email) is { } fault)
        {
            faults.Add("password", fault);
        }

        return faults.Refusal is { } refusal ? refusal : new NewAccount(email, body.Password!, name, language);
    }

    public static Outcome<string> ReadEmail(string? email)
    {
        var faults = new FieldFaults();
        CheckEmail(email ?? "", faults);
        return faults.Refusal is { } refusal ? refusal : email!;
    }

    public static Refusal? Check(UpdateMeBody body)
    {
        var faults = new FieldFaults();
        if (body.Name is not null)
        {
            CheckName(body.Name.Trim(), faults);
        }

        if (body.Language is not null)
        {
            CheckLanguage(body.Language, faults);
        }

        return faults.Refusal;
    }

    /// <summary>What is no address or no password is not looked up, so it is refused as a field and not as a wrong login.</summary>
    public static Refusal? Check(LoginBody body)
    {
        var faults = new FieldFaults();
        CheckEmail(body.Email ?? "", faults);
        faults.AddUnless(body.Password is { Length: >= 1 and <= Passwords.LengthMax }, "password", "must have 1 to 128 characters");
        faults.AddUnless(body.Code is null or { Length: >= 1 and <= 40 }, "code", "must have 1 to 40 characters");
        return faults.Refusal;
    }

    /// <summary>Each once, and only what a member of a team can be.</summary>
    public static Outcome<PersonRole[]> ReadRoles(IReadOnlyList<string>? words)
    {
        var known = Roles.OfTeams.ToDictionary(Words.Of);
        return words is { Count: >= 1 and <= 10 } && words.All(word => word is not null && known.ContainsKey(word))
            ? words.Distinct().Select(word => known[word]).Order().ToArray()
            : Refusal.Field("roles", $"must be one or more of {string.Join(", ", known.Keys)}");
    }

    public static void CheckEmail(string email, FieldFaults faults) =>
        faults.AddUnless(EmailAddress.IsValid(email), "email", "must be an e-mail address");

    private static void CheckName(string name, FieldFaults faults) =>
        faults.AddUnless(name.Length is >= 1 and <= NameLengthMax && !name.Any(char.IsControl), "name", "must have 1 to 100 characters");

    private static void CheckLanguage(string language, FieldFaults faults) =>
        faults.AddUnless(LetterLanguages.All.Contains(language), "language", $"must be one of {string.Join(", ", LetterLanguages.All)}");
}
