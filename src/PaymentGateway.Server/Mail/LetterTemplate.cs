using System.Text.Json;
using PaymentGateway.Http;

namespace PaymentGateway.Mail;

/// <summary>A kind of letter: its name, and how its data become words.</summary>
/// <param name="name">In snake case; never changed, since mails wait under it.</param>
public abstract class LetterTemplate(string name)
{
    public string Name => name;

    /// <param name="data">As <see cref="LetterTemplate{TData}.DataOf"/> has written it.</param>
    /// <param name="language">One of <see cref="LetterLanguages"/>.</param>
    public abstract Letter Write(string data, string language);

    /// <summary>For the pages that show what letters look like.</summary>
    public abstract Letter Sample(string language);
}

/// <inheritdoc/>
/// <param name="name"><inheritdoc/></param>
/// <param name="sample">Made-up data, for the pages that show letters.</param>
/// <param name="write">Data and language to a letter.</param>
public sealed class LetterTemplate<TData>(string name, TData sample, Func<TData, string, Letter> write) : LetterTemplate(name)
    where TData : notnull
{
    public static string DataOf(TData data) => JsonSerializer.Serialize(data, Json.Options);

    public override Letter Write(string data, string language) => write(JsonSerializer.Deserialize<TData>(data, Json.Options)!, language);

    public override Letter Sample(string language) => write(sample, language);
}

/// <summary>All letters of all areas, by name.</summary>
public sealed class LetterTemplates(IEnumerable<LetterTemplate> templates)
{
    private readonly Dictionary<string, LetterTemplate> byName = templates.ToDictionary(template => template.Name, StringComparer.Ordinal);

    public IEnumerable<LetterTemplate> All => byName.Values.OrderBy(template => template.Name, StringComparer.Ordinal);

    public LetterTemplate? Find(string name) => byName.GetValueOrDefault(name);
}
