namespace PaymentGateway.Settings;

/// <summary>An environment variable for the documentation and <c>--help</c>.</summary>
/// <param name="Default">What holds when it is not set, in words.</param>
public sealed record VariableDescription(string Name, string Meaning, string Default);

/// <summary>What went into reading one value: the value, or that the text is not one.</summary>
internal readonly record struct Reading<T>(bool IsValid, T Value);

/// <summary>One environment variable: its name, its meaning and how its text is read.</summary>
/// <param name="Default">In words.</param>
/// <param name="Must">The second half of the sentence that refuses a text: "… must be a whole number from 0 to 20".</param>
internal sealed record Variable<T>(
    string Name, string Meaning, string Default, string Must, T Unset, Func<string, Reading<T>> Parse, bool IsSecret)
{
    public VariableDescription Description => new(Name, Meaning, Default);

    /// <summary>A variable that is set to nothing counts as not set, as docker-compose passes it on.</summary>
    public T Read(IReadOnlyDictionary<string, string?> environment, List<string> faults)
    {
        var text = environment.GetValueOrDefault(Name);
        if (string.IsNullOrEmpty(text))
        {
            return Unset;
        }

        var reading = Parse(text);
        if (!reading.IsValid)
        {
            faults.Add(IsSecret ? $"{Name} must be {Must}" : $"{Name} must be {Must}, not \"{text}\"");
        }

        return reading.Value;
    }
}

/// <summary>The kinds of variables there are.</summary>
internal static class Variables
{
    public static Variable<string?> Text(string name, string meaning, string unset) =>
        new(name, meaning, unset, "a text", null, text => Valid<string?>(text), IsSecret: true);

    public static Variable<int> Whole(string name, int unset, int min, int max, string meaning) => new(
        name, meaning, unset.ToString(), $"a whole number from {min} to {max}", unset,
        text => int.TryParse(text, System.Globalization.NumberStyles.None, null, out var value) && value >= min && value <= max
            ? Valid(value)
            : default,
        IsSecret: false);

    /// <summary>One of the names of an enum, in kebab case.</summary>
    public static Variable<T> OneOf<T>(string name, T unset, string meaning) where T : struct, Enum
    {
        var words = Enum.GetValues<T>().ToDictionary(Word);
        return new(
            name, meaning, Word(unset), string.Join(" or ", words.Keys), unset,
            text => words.TryGetValue(text.ToLowerInvariant(), out var value) ? Valid(value) : default,
            IsSecret: false);
    }

    public static Variable<Uri?> BaseUrl(string name, string unset, string meaning) => new(
        name, meaning, unset, "an address such as https://pay.example.com", null,
        text => Uri.TryCreate(text, UriKind.Absolute, out var url) && IsBase(url) ? Valid<Uri?>(url) : default,
        IsSecret: false);

    /// <summary>An address, or a name with one behind it in angle brackets.</summary>
    public static Variable<string?> Mailbox(string name, string unset, string meaning) => new(
        name, meaning, unset, "an address such as payments@example.com or Payments <payments@example.com>", null,
        text => System.Net.Mail.MailAddress.TryCreate(text, out _) ? Valid<string?>(text) : default,
        IsSecret: false);

    public static Variable<IReadOnlyList<AddressRange>> Ranges(string name, string meaning) => new(
        name, meaning, "none", "a list of addresses and ranges such as 10.0.0.0/8,192.0.2.7", [],
        text =>
        {
            var ranges = text.Split(',', StringSplitOptions.TrimEntries)
                .Select(part => AddressRange.TryParse(part, out var range) ? range : null).ToList();
            return ranges.Contains(null) ? new(false, []) : Valid<IReadOnlyList<AddressRange>>([.. ranges.OfType<AddressRange>()]);
        },
        IsSecret: false);

    public static Variable<IReadOnlyList<EncryptionKey>?> Keys(string name, string unset, string meaning) => new(
        name, meaning, unset, "32 bytes in base64, or several as id:base64,id:base64 with the current one first", null,
        text => EncryptionKey.ParseRing(text) is { } ring ? Valid<IReadOnlyList<EncryptionKey>?>(ring) : default,
        IsSecret: true);

    private static bool IsBase(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0;

    private static string Word<T>(T value) where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static Reading<T> Valid<T>(T value) => new(true, value);
}
