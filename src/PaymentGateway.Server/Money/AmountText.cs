using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway;

/// <summary>Why a text is not an amount of a currency.</summary>
public enum AmountFault
{
    None,
    NotANumber,
    TooManyDecimals,
    TooLarge,
}

/// <summary>
/// The amount of a request, digit by digit as it was sent. It becomes <see cref="Money"/> by <see cref="Money.TryParse"/>
/// when the currency is known; until then nothing may round it.
/// </summary>
[JsonConverter(typeof(AmountTextJsonConverter))]
public readonly record struct AmountText(string Text)
{
    public override string ToString() => Text ?? "";
}

/// <summary>Keeps the text of a JSON number and writes it back unchanged.</summary>
internal sealed class AmountTextJsonConverter : JsonConverter<AmountText>
{
    public override bool HandleNull => true;

    public override AmountText Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
            throw new JsonException("An amount is a JSON number in major units, such as 2716.67, without quotes.");
        return new AmountText(reader.HasValueSequence
            ? Encoding.UTF8.GetString(reader.ValueSequence)
            : Encoding.UTF8.GetString(reader.ValueSpan));
    }

    public override void Write(Utf8JsonWriter writer, AmountText value, JsonSerializerOptions options)
    {
        if (!NumberText.TryRead(value.Text, out _))
            throw new InvalidOperationException($"'{value.Text}' is not a JSON number.");
        writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
