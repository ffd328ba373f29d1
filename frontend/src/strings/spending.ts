export const spending = {
  title: (month: string) => `Spending in ${month}`,
  of: (spent: string, limit: string) => `${spent} of ${limit}`,
  noLimit: (spent: string) => `${spent}, without a limit`,
  label: "Monthly spend limit",
  reserved: (amount: string) => `${amount} of it is reserved for what runs and waits.`,
  left: (amount: string) => `${amount} is left this month.`,
  full: "The limit is reached: nothing new is started until next month, or until an admin raises it.",
  near: "The limit is nearly reached.",
  reached: (percent: number) => `${percent} % of your monthly spend limit is reached.`,
} as const;
