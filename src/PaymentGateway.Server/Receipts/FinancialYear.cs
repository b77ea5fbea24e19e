using PaymentGateway.Methods;

namespace PaymentGateway.Receipts;

/// <summary>India's financial year: from 1 April to 31 March. Numbers of receipts begin anew with it.</summary>
public readonly record struct FinancialYear(int StartYear)
{
    private const int April = 4;

    public static FinancialYear Of(DateOnly day) => new(day.Month >= April ? day.Year : day.Year - 1);

    /// <summary>The day in India of an instant, which decides the year of a receipt.</summary>
    public static DateOnly DayOf(DateTimeOffset time) => IndianTime.DayOf(time);

    /// <summary>2026-27.</summary>
    public override string ToString() => $"{StartYear}-{(StartYear + 1) % 100:D2}";
}
