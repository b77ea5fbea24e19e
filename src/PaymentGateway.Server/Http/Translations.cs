namespace PaymentGateway.Http;

/// <summary>Something that there is in every language of pages and letters. One that is missing does not compile.</summary>
public sealed record Translations<T>(T English, T Hindi, T Kazakh, T Russian)
{
    /// <param name="code">As in the attribute <c>lang</c>.</param>
    public T this[string code] => code switch
    {
        "en" => English,
        "hi" => Hindi,
        "kk" => Kazakh,
        "ru" => Russian,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a language of pages and letters."),
    };
}
