using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentGateway;

/// <summary>Writes an amount as its exact number of major units. The currency stands in a field beside it.</summary>
internal sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException(
            $"A JSON number has no currency: bind the field to {nameof(AmountText)} and read it with Money.{nameof(Money.TryParse)}.");

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToMajor());
}
