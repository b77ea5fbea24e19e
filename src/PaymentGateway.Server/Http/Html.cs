using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace PaymentGateway.Http;

/// <summary>
/// Markup. It can only be made from an interpolated literal, whose tags are ours and whose values are escaped, so no text of a merchant
/// or a customer can become a tag or leave its attribute.
/// </summary>
public readonly struct Html
{
    // Every script's letters stay readable; only what has a meaning in HTML is escaped.
    private static readonly HtmlEncoder encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly string? markup;

    private Html(string markup) => this.markup = markup;

    public static Html Empty => default;

    public bool IsEmpty => string.IsNullOrEmpty(markup);

    public static Html Of(Builder markup) => new(markup.Finish());

    /// <summary>The markup, or nothing. A value that may be null must be looked at before: both sides are built.</summary>
    public static Html When(bool condition, Builder markup) => condition ? new(markup.Finish()) : Empty;

    public static Html Text(string text) => new(encoder.Encode(text));

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.markup)));

    /// <summary>A time that is right without a script, in UTC; the pages' scripts write it as the reader's own clock has it.</summary>
    public static Html Time(DateTimeOffset time) => Of($"""<time datetime="{time}">{TimeText(time)}</time>""");

    /// <inheritdoc cref="Time"/>
    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A sentence of the translations with its places <c>{0}</c>, <c>{1}</c> … filled; the sentence is escaped too.</summary>
    public static Html Fill(string sentence, params ReadOnlySpan<Html> values)
    {
        // One pass, so that a value which itself contains {1} stays as it is.
        var filled = new StringBuilder(sentence.Length * 2);
        var rest = sentence.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var open)
        {
            filled.Append(encoder.Encode(rest[..open].ToString())).Append(values[rest[open + 1] - '0'].markup);
            rest = rest[(open + 3)..];
        }

        return new(filled.Append(encoder.Encode(rest.ToString())).ToString());
    }

    /// <inheritdoc cref="Fill(string, ReadOnlySpan{Html})"/>
    public static Html Fill(string sentence, string value) => Fill(sentence, Text(value));

    /// <inheritdoc cref="Fill(string, ReadOnlySpan{Html})"/>
    public static Html Fill(string sentence, string first, string second) => Fill(sentence, Text(first), Text(second));

    public override string ToString() => markup ?? "";

    /// <summary>What the compiler makes of <c>$"…"</c>: literal parts as they are, every value escaped unless it is markup.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Builder
    {
        private readonly StringBuilder markup;

        public Builder(int literalLength, int formattedCount) => markup = new StringBuilder(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => markup.Append(literal);

        public void AppendFormatted(Html value) => markup.Append(value.markup);

        public void AppendFormatted(IEnumerable<Html> values) => markup.Append(Join(values).markup);

        public void AppendFormatted(int value) => markup.Append(value);

        public void AppendFormatted(DateTimeOffset value) => markup.Append(Json.Time(value));

        public void AppendFormatted(string? value)
        {
            RefuseUnquotedAttribute();
            if (value is not null)
            {
                markup.Append(encoder.Encode(value));
            }
        }

        internal string Finish() => markup.ToString();

        /// <summary>Escaping protects a quoted attribute only: a space ends an unquoted one.</summary>
        private void RefuseUnquotedAttribute()
        {
            if (markup.Length > 0 && markup[^1] == '=' && !IsInsideQuotes(markup.ToString()))
            {
                throw new InvalidOperationException("A value stands right behind an equals sign; put the attribute in double quotes.");
            }
        }

        private static bool IsInsideQuotes(string markup) => markup.AsSpan(markup.LastIndexOf('>') + 1).Count('"') % 2 == 1;
    }
}
