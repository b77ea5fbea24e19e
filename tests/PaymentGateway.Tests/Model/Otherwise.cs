using System.Globalization;
using System.Runtime.CompilerServices;

namespace PaymentGateway.Tests.Model;

/// <summary>The words for a rule that is broken; nothing is put together while it holds.</summary>
[InterpolatedStringHandler]
internal ref struct Otherwise
{
    private DefaultInterpolatedStringHandler words;

    public Otherwise(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        words = isNeeded ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string text) => words.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => words.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => words.AppendFormatted(value, format);

    public override string ToString() => words.ToStringAndClear();
}
